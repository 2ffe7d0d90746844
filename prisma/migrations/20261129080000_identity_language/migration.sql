-- The language a person chose; null follows the browser. It goes with the log-in: one person, one language in all companies.
ALTER TABLE "identity" ADD COLUMN "language" TEXT;
ALTER TABLE "identity" ADD CONSTRAINT "identity_language_check" CHECK ("language" IN ('en', 'de'));
