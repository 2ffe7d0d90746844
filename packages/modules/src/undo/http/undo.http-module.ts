import { Module } from '@nestjs/common';
import { UndoModule } from '../undo.module.js';
import { BinController } from './bin.controller.js';
import { UndoController } from './undo.controller.js';

/** Provides the endpoints of undo. */
@Module({ imports: [UndoModule], controllers: [UndoController, BinController] })
export class UndoHttpModule {}
