/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** The engine would print each of the errors that the matrix asks for. To be imported first. */
process.env.N8N_LOG_LEVEL = 'silent';
