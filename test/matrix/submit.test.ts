import { testMatrix } from './lib/matrix';

testMatrix(['submit']);
