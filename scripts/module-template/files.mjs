/** Template of a new object. Each function returns the text of one file. */

/** @typedef {import('./names.mjs').ObjectNames} ObjectNames */

/** @param {ObjectNames} n @param {string} migration folder of the migration @returns {Record<string, string>} text by path */
export function moduleFiles(n, migration) {
  const folder = `packages/modules/src/${n.plural}`;
  return {
    [`${folder}/index.ts`]: `export { ${n.key}Record } from './${n.plural}.record.js';\n`,
    [`${folder}/${n.plural}.record.ts`]: record(n),
    [`${folder}/${n.plural}.module.ts`]: nestModule(n),
    [`${folder}/README.md`]: readme(n),
    [`prisma/schema/${n.plural}.prisma`]: prismaModel(n),
    [`prisma/migrations/${migration}/migration.sql`]: migrationSql(n),
  };
}

const record = (n) => `import { defineRecord, field } from '@pellucid/platform/records';

/** ${n.label}: say here what it is. */
export const ${n.key}Record = defineRecord({
  key: '${n.key}',
  plural: '${n.plural}',
  label: '${n.label}',
  pluralLabel: '${n.pluralLabel}',
  table: '${n.table}',
  fields: [
    field.text('name', 'Name', { required: true, maxLength: 200, searchable: true, defaultColumn: true }),
    field.longText('description', 'Description'),
  ],
});
`;

const nestModule = (n) => `import { Module } from '@nestjs/common';

/** ${n.pluralLabel} bring a description only: the record engine does the rest. */
@Module({})
export class ${n.types}Module {}
`;

const readme = (n) => `# ${n.plural}

Say here in a sentence what ${n.pluralLabel.toLowerCase()} are. A plain record object: everything generic comes from the record engine.

- **Invariants:** a name is required.
- **Events out:** \`created\`, \`updated\`, \`deleted\`, \`restored\` of object \`${n.key}\`.
- **Events in:** none.
- **Table:** \`${n.table}\` (\`prisma/schema/${n.plural}.prisma\`).
`;

const prismaModel = (n) => `model ${n.type} {
  tenantId      String    @map("tenant_id") @db.Uuid
  id            String    @db.Uuid
  displayName   String    @map("display_name")
  displayNorm   String    @map("display_norm")
  searchNorm    String    @map("search_norm")
  version       Int       @default(1)
  createdAt     DateTime  @map("created_at") @db.Timestamptz(3)
  createdByKind String    @map("created_by_kind")
  createdById   String?   @map("created_by_id") @db.Uuid
  updatedAt     DateTime  @map("updated_at") @db.Timestamptz(3)
  updatedByKind String    @map("updated_by_kind")
  updatedById   String?   @map("updated_by_id") @db.Uuid
  deletedAt     DateTime? @map("deleted_at") @db.Timestamptz(3)
  ownerId       String?   @map("owner_id") @db.Uuid
  legalEntityId String?   @map("legal_entity_id") @db.Uuid
  custom        Json      @default("{}")

  name        String
  nameNorm    String  @map("name_norm")
  description String?

  @@id([tenantId, id])
  @@index([tenantId, createdAt, id], map: "${n.table}_created_idx")
  @@index([tenantId, nameNorm, id], map: "${n.table}_name_idx")
  @@index([tenantId, ownerId, createdAt, id], map: "${n.table}_owner_idx")
  @@index([tenantId, legalEntityId, id], map: "${n.table}_legal_entity_idx")
  @@map("${n.table}")
}
`;

const migrationSql = (n) => `-- ${n.pluralLabel}.

-- CreateTable
CREATE TABLE "${n.table}" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_norm" TEXT COLLATE "C" NOT NULL,
    "search_norm" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by_kind" TEXT NOT NULL,
    "updated_by_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "owner_id" UUID,
    "legal_entity_id" UUID,
    "custom" JSONB NOT NULL DEFAULT '{}',
    "name" TEXT NOT NULL,
    "name_norm" TEXT COLLATE "C" NOT NULL,
    "description" TEXT
);

-- CreateIndex
CREATE INDEX "${n.table}_created_idx" ON "${n.table}"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "${n.table}_name_idx" ON "${n.table}"("tenant_id", "name_norm", "id");

-- CreateIndex
CREATE INDEX "${n.table}_owner_idx" ON "${n.table}"("tenant_id", "owner_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "${n.table}_legal_entity_idx" ON "${n.table}"("tenant_id", "legal_entity_id", "id");

-- The primary key comes last: of indexes that cost the same on an empty table Postgres takes the newest, and foreign key
-- checks keep the plan they made then.
ALTER TABLE "${n.table}" ADD CONSTRAINT "${n.table}_pkey" PRIMARY KEY ("tenant_id","id");

-- Lists by name of those who see what some people own.
CREATE INDEX "${n.table}_owner_name" ON "${n.table}"("tenant_id", "owner_id", "name_norm", "id") WHERE "deleted_at" IS NULL;

SELECT protect_record_table('${n.table}');
`;
