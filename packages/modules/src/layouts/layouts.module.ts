import { Module } from '@nestjs/common';
import { LayoutsRepository } from './layouts.repository.js';
import { LayoutsService } from './layouts.service.js';

/** How records are laid out. */
@Module({ providers: [LayoutsRepository, LayoutsService], exports: [LayoutsService] })
export class LayoutsModule {}
