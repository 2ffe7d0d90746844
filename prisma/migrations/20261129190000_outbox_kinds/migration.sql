-- The relay tells consumers of which kinds new events are. Writers know that, so they say it with the events.
ALTER TABLE "event_outbox" ADD COLUMN "kinds" TEXT[];
