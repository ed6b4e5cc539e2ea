import { testMatrix } from './lib/matrix';

testMatrix(['trigger', 'wayTrigger', 'waySuspended']);
