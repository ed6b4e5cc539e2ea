export { ApixoApi } from './credentials/ApixoApi.credentials';
export { Apixo } from './nodes/Apixo/Apixo.node';
export { ApixoTrigger } from './nodes/ApixoTrigger/ApixoTrigger.node';
