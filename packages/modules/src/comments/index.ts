export { CommentsModule } from './comments.module.js';
export { commentRecord } from './comments.record.js';
export { CommentsService } from './comments.service.js';
export { REACTION_KEYS, type Reaction } from './reactions.js';
