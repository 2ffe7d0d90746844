-- What a field is being converted to, and the slots that its values had: no other field gets them.
ALTER TABLE "custom_field" ADD COLUMN "conversion" JSONB,
ADD COLUMN "spent_slots" INTEGER[] NOT NULL DEFAULT '{}';
