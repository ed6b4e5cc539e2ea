import { testMatrix } from './lib/matrix';

testMatrix(['submitKeyed']);
