import { Module } from '@nestjs/common';
import { UndoRepository } from './undo.repository.js';
import { UndoService } from './undo.service.js';

/** Undoes what something has caused. */
@Module({ providers: [UndoRepository, UndoService], exports: [UndoService, UndoRepository] })
export class UndoModule {}
