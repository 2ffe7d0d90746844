/** Checks the rules about imports and tables (scripts/checks/boundaries.mjs). `node scripts/check-boundaries.mjs [folder]` */
import { resolve } from 'node:path';
import { boundaryViolations } from './checks/boundaries.mjs';
import { projectRoot } from './runtime/project.mjs';

const violations = boundaryViolations(process.argv[2] ? resolve(process.argv[2]) : projectRoot);
for (const { rule, where, message } of violations) console.error(`${where}\n  ${rule}: ${message}`);
if (violations.length > 0) {
  console.error(`${violations.length} violations of boundaries.`);
  process.exitCode = 1;
}
