export {
  type ConsumerContext,
  type ConsumerDefinition,
  ConsumerRegistry,
  type Wanted,
} from './consumer.js';
export { type DecryptedEvent, EventDecryptor } from './event-decryptor.js';
export { type ConsumerLag, consumerLag } from './event-metrics.js';
export * from './events.module.js';
export * from './feed-event.js';
export { FeedFollower, type FeedListener, type FollowerOptions } from './feed-follower.js';
export { type FeedReader, FeedRetention } from './feed-retention.js';
export * from './partitions.js';
export { type EventKind, type Placement, Relay, type RelayOptions } from './relay.js';
