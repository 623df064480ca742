"""What every chapter needs: the look of its figures, its claims, its animations."""
