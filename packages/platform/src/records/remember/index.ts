export {
  ABOUT_OBJECT,
  type CauseEvents,
  type CauseHistoryRow,
  causeHistories,
  type CauseSelector,
  causeSize,
  causesTouching,
  causeWindow,
  type CauseWindow,
  type ShareEvent,
  shareHistories,
  type WhoseEvents,
} from './cause-log.js';
export {
  type FieldChange,
  type LoggedEvent,
  logStatement,
  SECURITY_PREFIX,
  securityEventStatements,
  notedEventStatement,
} from './event-log.js';
export { applyChange, lineChanges, linesOfTable, tableOf } from './line-changes.js';
export { EventPresenter } from './event-presenter.js';
export type { HistoryEntry } from './log-rows.js';
export { PastStates } from './past-states.js';
export { RecordAsOf, withheldFrom } from './record-as-of.js';
export { RecordHistory } from './record-history.js';
export { VALUES_COMPUTED } from './computed-events.js';
export { RecordTimeline } from './timeline/record-timeline.js';
export { TimelinePresenter } from './timeline/timeline-presenter.js';
