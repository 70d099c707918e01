"""What all pictures share: `base` gives four forms of output, `state` the traits, kit.js the drawing."""
