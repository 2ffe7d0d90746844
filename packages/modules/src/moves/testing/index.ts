export { SALESFORCE_FILES } from './salesforce-files.js';
export { OTHER_FILES } from './other-files.js';
