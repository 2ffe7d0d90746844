/** Fails when the migrations don't produce what prisma/schema declares, or when one blocks writes to build an index. */
import { blockingIndexBuilds, migrationDrift, misnamedMigrations } from './checks/migrations.mjs';

for (const name of misnamedMigrations()) {
  console.error(
    `prisma/migrations/${name}. Name it <yyyymmddhhmmss>_<what_it_does> so that migrations sort by time.`,
  );
  process.exitCode = 1;
}
for (const problem of blockingIndexBuilds()) {
  console.error(problem);
  process.exitCode = 1;
}
const drift = await migrationDrift();
if (drift) {
  console.error(
    `${drift}\nThe migrations don't lead to prisma/schema. Run \`node scripts/migration-create.mjs <name>\`.`,
  );
  process.exitCode = 1;
}
