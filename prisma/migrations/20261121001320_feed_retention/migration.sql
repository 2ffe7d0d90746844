-- AlterTable
-- Up to here places were taken out of the feed because of their age.
ALTER TABLE "feed_head" ADD COLUMN     "purged_to" BIGINT NOT NULL DEFAULT 0;

GRANT DELETE ON "feed" TO pellucid_platform;
