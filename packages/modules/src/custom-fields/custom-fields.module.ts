import { Module } from '@nestjs/common';
import { ComputedFieldUses } from './computed/computed-field-uses.js';
import { ComputedFieldsService } from './computed/computed-fields.service.js';
import { CustomFieldsRepository } from './custom-fields.repository.js';
import { CustomFieldUses } from './custom-field-uses.js';
import { FieldUpkeep } from './field-upkeep.js';
import { FieldValuesRepository } from './field-values.repository.js';
import { MadeFieldsService } from './made-fields.service.js';
import { OptionMergesService } from './option-merges.service.js';
import { TypeChangesService } from './type-changes.service.js';
import { CustomFieldsService } from './custom-fields.service.js';

/** Fields that companies add to objects. */
@Module({
  providers: [
    CustomFieldsRepository,
    CustomFieldsService,
    CustomFieldUses,
    ComputedFieldsService,
    ComputedFieldUses,
    FieldUpkeep,
    FieldValuesRepository,
    MadeFieldsService,
    OptionMergesService,
    TypeChangesService,
  ],
  exports: [
    CustomFieldsRepository,
    CustomFieldsService,
    FieldUpkeep,
    FieldValuesRepository,
    MadeFieldsService,
    OptionMergesService,
    TypeChangesService,
  ],
})
export class CustomFieldsModule {}
