import { testMatrix } from './lib/matrix';

testMatrix(['download']);
