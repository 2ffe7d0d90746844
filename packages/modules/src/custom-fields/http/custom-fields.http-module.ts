import { Module } from '@nestjs/common';
import { CustomFieldsModule } from '../custom-fields.module.js';
import { CustomFieldsController } from './custom-fields.controller.js';

/** Provides the endpoints of custom fields. */
@Module({ imports: [CustomFieldsModule], controllers: [CustomFieldsController] })
export class CustomFieldsHttpModule {}
