import { Module } from '@nestjs/common';
import { CustomFieldsRepository } from './custom-fields.repository.js';
import { CustomFieldsService } from './custom-fields.service.js';

/** Fields that companies add to objects. */
@Module({
  providers: [CustomFieldsRepository, CustomFieldsService],
  exports: [CustomFieldsService],
})
export class CustomFieldsModule {}
