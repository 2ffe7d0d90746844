export type { ChangesMessage, ObjectChanges, WatchAnswer, WatchRequest } from './live-protocol.js';
