import { answerInThread } from '../../../thread/answer-in-thread.ts';
import { largeWork } from './large-work.ts';

answerInThread(largeWork);
