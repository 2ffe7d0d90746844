-- What a bulk job selects is written down when it is taken: the count that is said is the count that is written, whatever
-- changes in between. One row holds the ids of one batch.
CREATE TABLE "bulk_job_selection" (
    "tenant_id" UUID NOT NULL,
    "bulk_job_id" UUID NOT NULL,
    "first_row" INTEGER NOT NULL,
    "ids" UUID[] NOT NULL,

    CONSTRAINT "bulk_job_selection_pkey" PRIMARY KEY ("tenant_id","bulk_job_id","first_row")
);

ALTER TABLE "bulk_job_selection" ADD CONSTRAINT "bulk_job_selection_tenant_id_bulk_job_id_fkey" FOREIGN KEY ("tenant_id", "bulk_job_id") REFERENCES "bulk_job"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

SELECT protect_tenant_table('bulk_job_selection', 'SELECT, INSERT, DELETE');

ALTER TABLE "bulk_job" DROP COLUMN "last_id", DROP COLUMN "until_id";
