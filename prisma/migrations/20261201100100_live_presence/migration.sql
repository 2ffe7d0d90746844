-- Who looks at which record right now. Processes of the API exchange it here, and forget what is not said again.

-- CreateTable
CREATE UNLOGGED TABLE "live_presence" (
    "tenant_id" UUID NOT NULL,
    "socket_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "object" TEXT NOT NULL,
    "record_id" UUID NOT NULL,
    "field" TEXT,
    "is_typing" BOOLEAN NOT NULL DEFAULT false,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "live_presence_pkey" PRIMARY KEY ("tenant_id","object","record_id","socket_id")
);

SELECT protect_tenant_table('live_presence', '', 'SELECT, INSERT, UPDATE, DELETE');
