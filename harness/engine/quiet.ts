/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** The engine would print each error and each accepted task that a test asks for. */
process.env.N8N_LOG_LEVEL = 'silent';
