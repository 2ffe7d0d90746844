-- One event can concern several records that somebody follows.
CREATE UNIQUE INDEX CONCURRENTLY "notification_event_record_key" ON "notification_event"("tenant_id", "notification_id", "event_id", "record_id");
