export { ActivitiesModule } from './activities.module.js';
export { callRecord, emailLogRecord, meetingRecord, taskRecord } from './activities.record.js';
export { ActivitiesService } from './activities.service.js';
export { ACTIVITIES, ACTIVITY_KINDS, ANY_OR_ACTIVITY, type ActivityKind } from './activity-fields.js';
export { lastActivityField, nextActivityFields } from './next-activity.js';
