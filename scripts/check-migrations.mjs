/** Fails when prisma/schema says something that the migrations do not make. */
import { migrationDrift, misnamedMigrations } from './checks/migrations.mjs';

for (const name of misnamedMigrations()) {
  console.error(
    `prisma/migrations/${name}: name it <yyyymmddhhmmss>_<what_it_does>, so that the order is the time's.`,
  );
  process.exitCode = 1;
}
const drift = await migrationDrift();
if (drift) {
  console.error(
    `${drift}\nThe migrations do not lead to prisma/schema: run \`node scripts/migration-create.mjs <name>\`.`,
  );
  process.exitCode = 1;
}
