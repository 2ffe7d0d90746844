-- What the linked record is to the one that has the link, such as "Decision maker": an option of the field. Only fields whose
-- links have roles read it, so the indexes still hold all that the others read.
ALTER TABLE "record_link" ADD COLUMN "role" TEXT;
