export { type ExportSizes, generatedSalesforceFiles } from './generated-files.js';
export { SALESFORCE_FILES } from './salesforce-files.js';
export { OTHER_FILES } from './other-files.js';
