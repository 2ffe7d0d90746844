-- In which form the company's texts are stored for comparison: version of the rules and country of its phone numbers. The
-- worker makes the stored forms again where it differs from the present one; existing companies begin with none.
ALTER TABLE "tenant_setting" ADD COLUMN "text_form" TEXT NOT NULL DEFAULT '';
