/** Fails when a document names a path, link or npm script that doesn't exist, or a module lacks a short README. */
import { docProblems } from './checks/docs.mjs';
import { projectFiles } from './checks/project-files.mjs';
import { projectRoot } from './runtime/project.mjs';

const problems = docProblems(projectRoot, projectFiles(projectRoot));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
