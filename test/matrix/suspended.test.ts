import { testMatrix } from './lib/matrix';

testMatrix(['suspended']);
