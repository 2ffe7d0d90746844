/** Fails when a file names a machine, a private registry or a tool, or has a meaningless name. */
import { nameProblems } from './checks/names.mjs';
import { projectFiles } from './checks/project-files.mjs';
import { projectRoot } from './runtime/project.mjs';

const problems = nameProblems(projectRoot, projectFiles(projectRoot));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
