export { UndeliveredModule } from './undelivered.module.js';
