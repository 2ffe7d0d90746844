import { Module } from '@nestjs/common';
import { CustomFieldsModule } from '../custom-fields.module.js';
import { ComputedFieldsController } from './computed-fields.controller.js';
import { CustomFieldsController } from './custom-fields.controller.js';

/** Provides the endpoints of custom fields. */
@Module({ imports: [CustomFieldsModule], controllers: [ComputedFieldsController, CustomFieldsController] })
export class CustomFieldsHttpModule {}
