export { CustomObjectsModule } from './custom-objects.module.js';
