export { RestateTextsHandler } from '../jobs/restate-texts.handler.js';
export { TextFormsRepository } from '../text-forms.repository.js';
