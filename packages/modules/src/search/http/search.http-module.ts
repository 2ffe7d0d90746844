import { Module } from '@nestjs/common';
import { SearchModule } from '../search.module.js';
import { SearchController } from './search.controller.js';

/** Provides the endpoints of the search. */
@Module({ imports: [SearchModule], controllers: [SearchController] })
export class SearchHttpModule {}
