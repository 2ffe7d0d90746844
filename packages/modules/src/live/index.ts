export type {
  ChangesMessage,
  ObjectChanges,
  PresenceMessage,
  PresenceRequest,
  WatchAnswer,
  WatchRequest,
} from './live-protocol.js';
