-- Which token a refresh token was exchanged for, and when a repeated exchange replaced it before it was used.
ALTER TABLE "refresh_token" ADD COLUMN "predecessor_hash" TEXT;
ALTER TABLE "refresh_token" ADD COLUMN "replaced_at" TIMESTAMPTZ(3);
