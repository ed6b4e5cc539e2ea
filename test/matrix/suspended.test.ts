import './lib/quiet';

import { testMatrix } from './lib/matrix';

testMatrix(['suspended']);
