import { Module } from '@nestjs/common';
import { CommentsModule } from '../comments.module.js';
import { CommentsController } from './comments.controller.js';

@Module({ imports: [CommentsModule], controllers: [CommentsController] })
export class CommentsHttpModule {}
