import { testMatrix } from './lib/matrix';

testMatrix(['read']);
