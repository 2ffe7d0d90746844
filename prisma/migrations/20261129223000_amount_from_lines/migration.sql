-- Whether a deal's amount is the sum of its lines. Of deals that exist, it is where it equals the sum, or where both are missing.
ALTER TABLE "opportunity" ADD COLUMN "amount_from_lines" BOOLEAN NOT NULL DEFAULT false;

UPDATE "opportunity" o SET "amount_from_lines" = true
  FROM (SELECT "tenant_id", "opportunity_id", CASE WHEN count("amount") = count(*) THEN sum("amount") END AS "total"
          FROM "opportunity_line" GROUP BY "tenant_id", "opportunity_id") l
 WHERE l."tenant_id" = o."tenant_id" AND l."opportunity_id" = o."id" AND l."total" IS NOT DISTINCT FROM o."amount";
