import { Module } from '@nestjs/common';
import { LayoutFieldUses } from './layout-field-uses.js';
import { LayoutsRepository } from './layouts.repository.js';
import { LayoutsService } from './layouts.service.js';

/** How records are laid out. */
@Module({ providers: [LayoutFieldUses, LayoutsRepository, LayoutsService], exports: [LayoutsService] })
export class LayoutsModule {}
