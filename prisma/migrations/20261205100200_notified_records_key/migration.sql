-- AlterTable
ALTER TABLE "notification_event" DROP CONSTRAINT "notification_event_pkey";
ALTER TABLE "notification_event" ADD CONSTRAINT "notification_event_pkey" PRIMARY KEY USING INDEX "notification_event_record_key";
