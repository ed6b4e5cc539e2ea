import { removeStore } from './binary-data';

afterAll(removeStore);
