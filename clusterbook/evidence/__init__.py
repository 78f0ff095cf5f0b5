"""佐证材料: one volume of all materials, its pages in the return, and each against the other."""
